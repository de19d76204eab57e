// Korean mobile numbers and booking numbers as people type and read them.

const MOBILE = /^01[016789]\d{7,8}$/;
const BOOKING_DIGITS = 12;

/** Digits only. */
export function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}

/** Whether it can be a Korean mobile number; the server decides. */
export function isMobile(text: string): boolean {
  return MOBILE.test(digitsOf(text));
}

/** `010-1234-5678`, as far as it is typed. */
export function phoneAsTyped(text: string): string {
  const digits = digitsOf(text).slice(0, 11);
  const middleEnd = digits.length <= 10 ? 6 : 7;
  return [digits.slice(0, 3), digits.slice(3, middleEnd), digits.slice(middleEnd)]
    .filter((part) => part !== '')
    .join('-');
}

/** `010-****-5678`: enough to recognise, too little to misuse on a shared screen. */
export function phoneMasked(text: string): string {
  const digits = digitsOf(text);
  return `${digits.slice(0, 3)}-****-${digits.slice(-4)}`;
}

/** `1234-5678-9012`, as far as it is typed. */
export function bookingNumberAsTyped(text: string): string {
  const digits = digitsOf(text).slice(0, BOOKING_DIGITS);
  return digits.replace(/(\d{4})(?=\d)/g, '$1-');
}

/** Whether all digits of a booking number are there. */
export function isBookingNumber(text: string): boolean {
  return digitsOf(text).length === BOOKING_DIGITS;
}
