import { inWords } from '../shared/in_words';
import { useLanguage } from '../shell/language';

interface Named {
  readonly name: string;
  readonly title: string;
}

/** What something is called: its Chinese title, or in English its name in words. */
export function Name({ of }: { readonly of: Named }) {
  const { language } = useLanguage();
  return language === 'zh' ? <>{of.title}</> : <>{inWords(of.name)}</>;
}

/** A text that exists in Chinese only, told to readers aloud as what it is. */
export function Chinese({ children }: { readonly children: string }) {
  const { language } = useLanguage();
  return language === 'zh' ? <>{children}</> : <span lang="zh-CN">{children}</span>;
}
