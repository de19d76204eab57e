// Every text of every face, in both languages. This is the one place.

import { bookingTexts } from './texts/booking';
import { commonTexts } from './texts/common';
import { kioskTexts } from './texts/kiosk';
import { problemTexts } from './texts/problem';
import { seatTexts } from './texts/seat';
import { webTexts } from './texts/web';

export const texts = {
  ...commonTexts,
  ...problemTexts,
  ...seatTexts,
  ...bookingTexts,
  ...webTexts,
  ...kioskTexts,
} as const;
