import { useLanguage, type Words } from './language';

/** The product's name and, under it, what the page is. */
export function Brand({ page }: { readonly page: Words }) {
  const { say } = useLanguage();
  return (
    <div className="brand">
      <svg viewBox="0 0 32 32" width="34" height="34" aria-hidden="true">
        <rect width="32" height="32" rx="7" fill="#14527f" />
        <path d="M9 24V14a7 7 0 0 1 14 0v10" fill="none" stroke="#fff" strokeWidth="3" strokeLinecap="round" />
        <circle cx="16" cy="20" r="2.6" fill="#f0b64a" />
      </svg>
      <div>
        <h1>Oncegate · 一次通</h1>
        <p>{say(page)}</p>
      </div>
    </div>
  );
}
