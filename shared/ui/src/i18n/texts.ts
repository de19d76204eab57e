// Every text of every face, in both languages. This is the one place.

import { bookingTexts } from './texts/booking';
import { everywhereTexts } from './texts/everywhere';
import { joinTexts } from './texts/join';
import { kioskTexts } from './texts/kiosk';
import { offlineTexts } from './texts/offline';
import { operatorTexts } from './texts/operator';
import { problemTexts } from './texts/problem';
import { seatTexts } from './texts/seat';
import { staffTexts } from './texts/staff';
import { tillTexts } from './texts/till';
import { webTexts } from './texts/web';

export const texts = {
  ...everywhereTexts,
  ...problemTexts,
  ...seatTexts,
  ...bookingTexts,
  ...webTexts,
  ...kioskTexts,
  ...offlineTexts,
  ...operatorTexts,
  ...staffTexts,
  ...tillTexts,
  ...joinTexts,
} as const;
