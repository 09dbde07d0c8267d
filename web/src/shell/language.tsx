import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';

export type Language = 'zh' | 'en';

/** A text in both languages; Chinese is the first. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

interface Speech {
  readonly language: Language;
  readonly speak: (language: Language) => void;
  readonly say: (words: Words) => string;
}

/** The only thing that any page keeps in the browser: a choice, never data. */
const KEY = 'oncegate.language';

const SpeechContext = createContext<Speech | null>(null);

function remembered(): Language {
  try {
    return localStorage.getItem(KEY) === 'en' ? 'en' : 'zh';
  } catch {
    return 'zh'; // storage is forbidden in this browser
  }
}

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(remembered);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  const speak = useCallback((next: Language) => {
    setLanguage(next);
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // the choice then holds for this visit
    }
  }, []);
  const speech = useMemo(
    () => ({ language, speak, say: (words: Words) => words[language] }),
    [language, speak],
  );
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

export function useLanguage(): Speech {
  const speech = use(SpeechContext);
  if (speech === null) throw new Error('useLanguage needs a LanguageProvider above it');
  return speech;
}

/** Chinese with the English beside it; in English, the English alone. */
export function Both({ zh, en }: Words) {
  const { language } = useLanguage();
  if (language === 'en') return <>{en}</>;
  return (
    <>
      {zh} <span className="beside" lang="en">{en}</span>
    </>
  );
}

export function LanguageSwitch() {
  const { language, speak } = useLanguage();
  return (
    <div className="language-switch" role="group" aria-label="语言 Language">
      <button type="button" lang="zh-CN" aria-pressed={language === 'zh'} onClick={() => speak('zh')}>
        中文
      </button>
      <button type="button" lang="en" aria-pressed={language === 'en'} onClick={() => speak('en')}>
        English
      </button>
    </div>
  );
}
