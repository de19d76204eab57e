// Banks by the gateway's codes.

import type { Language } from '@moding/ui';

const BANKS: Record<string, readonly [ko: string, en: string]> = {
  '02': ['KDB산업은행', 'KDB'],
  '03': ['IBK기업은행', 'IBK'],
  '06': ['KB국민은행', 'KB Kookmin'],
  '07': ['Sh수협은행', 'Suhyup'],
  '11': ['NH농협은행', 'NH Nonghyup'],
  '12': ['단위농협', 'Local Nonghyup'],
  '20': ['우리은행', 'Woori'],
  '23': ['SC제일은행', 'SC First'],
  '27': ['씨티은행', 'Citibank'],
  '31': ['iM뱅크(대구)', 'iM Bank (Daegu)'],
  '32': ['부산은행', 'Busan'],
  '34': ['광주은행', 'Gwangju'],
  '35': ['제주은행', 'Jeju'],
  '37': ['전북은행', 'Jeonbuk'],
  '39': ['경남은행', 'Kyongnam'],
  '45': ['새마을금고', 'MG Saemaeul'],
  '48': ['신협', 'Shinhyup'],
  '71': ['우체국', 'Korea Post'],
  '81': ['하나은행', 'Hana'],
  '88': ['신한은행', 'Shinhan'],
  '90': ['카카오뱅크', 'KakaoBank'],
  '92': ['토스뱅크', 'Toss Bank'],
};

/** The bank's name; a code that is not known stays as it is. */
export function bankName(code: string, language: Language): string {
  const [ko, en] = BANKS[code] ?? [code, code];
  return language === 'ko' ? ko : en;
}

/** Every bank, by name. */
export function banks(language: Language): readonly { code: string; name: string }[] {
  const all = Object.keys(BANKS).map((code) => ({ code, name: bankName(code, language) }));
  return all.toSorted((a, b) => a.name.localeCompare(b.name, language));
}
