// The language of the whole page, for texts and for what the server is asked in.

import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';

import { isLanguage, type Language } from './language';
import { translator, type Translate } from './translate';

interface LanguageChoice {
  language: Language;
  t: Translate;
  setLanguage: (language: Language) => void;
}

const LanguageContext = createContext<LanguageChoice | null>(null);

const STORAGE_KEY = 'moding.language';

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setState] = useState<Language>(storedLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const setLanguage = useCallback((next: Language) => {
    try {
      localStorage.setItem(STORAGE_KEY, next);
    } catch {
      // Storage may be forbidden; then the choice lasts as long as the page.
    }
    setState(next);
  }, []);
  const choice = useMemo(
    () => ({ language, t: translator(language), setLanguage }),
    [language, setLanguage],
  );
  return <LanguageContext value={choice}>{children}</LanguageContext>;
}

function storedLanguage(): Language {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return isLanguage(stored) ? stored : 'ko';
  } catch {
    return 'ko';
  }
}

export function useLanguage(): LanguageChoice {
  const choice = use(LanguageContext);
  if (!choice) {
    throw new Error('LanguageProvider is missing');
  }
  return choice;
}

/** Texts in the page's language. */
export function useTexts(): Translate {
  return useLanguage().t;
}
