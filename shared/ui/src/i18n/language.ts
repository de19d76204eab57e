// The languages of every face, Korean first.

export type Language = 'ko' | 'en';

export const LANGUAGES: readonly Language[] = ['ko', 'en'];

/** How a language names itself. */
export const LANGUAGE_NAMES: Record<Language, string> = { ko: '한국어', en: 'English' };

export function isLanguage(text: string | null): text is Language {
  return text === 'ko' || text === 'en';
}
