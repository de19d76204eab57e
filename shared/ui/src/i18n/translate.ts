// Texts by key in one language. Keys and parameters are typed: a text that is missing, or
// one without its parameter, does not compile.

import type { Language } from './language';
import { texts } from './texts';

/** One text in both languages. `one` is the English for a count of one. */
export interface Text {
  readonly ko: string;
  readonly en: string;
  readonly one?: string;
}

export type TextKey = keyof typeof texts;

type NamesIn<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;
type ParametersOf<K extends TextKey> = NamesIn<(typeof texts)[K]['ko']>;
type Arguments<K extends TextKey> = [ParametersOf<K>] extends [never]
  ? []
  : [Record<ParametersOf<K>, string | number>];

export type Translate = <K extends TextKey>(key: K, ...values: Arguments<K>) => string;

const all: Record<TextKey, Text> = texts;

export function translator(language: Language): Translate {
  return (key, ...values) => {
    const text = all[key];
    const given: Record<string, string | number> = values[0] ?? {};
    const singular = language === 'en' && given['count'] === 1 ? text.one : undefined;
    return fill(singular ?? text[language], given);
  };
}

function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
