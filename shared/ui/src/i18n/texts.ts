// Every text of every face, in both languages. This is the one place.

import { accountTexts } from './texts/account';
import { bookingTexts } from './texts/booking';
import { booksTexts } from './texts/books';
import { campaignTexts } from './texts/campaign';
import { copyTexts } from './texts/copy';
import { deskTexts } from './texts/desk';
import { everywhereTexts } from './texts/everywhere';
import { joinTexts } from './texts/join';
import { kioskTexts } from './texts/kiosk';
import { offlineTexts } from './texts/offline';
import { operatorTexts } from './texts/operator';
import { payTexts } from './texts/pay';
import { phoneTexts } from './texts/phone';
import { pledgeTexts } from './texts/pledge';
import { problemTexts } from './texts/problem';
import { searchTexts } from './texts/search';
import { rankingTexts } from './texts/ranking';
import { seatTexts } from './texts/seat';
import { staffTexts } from './texts/staff';
import { tillTexts } from './texts/till';
import { webTexts } from './texts/web';

export const texts = {
  ...everywhereTexts,
  ...problemTexts,
  ...searchTexts,
  ...seatTexts,
  ...bookingTexts,
  ...webTexts,
  ...copyTexts,
  ...rankingTexts,
  ...payTexts,
  ...accountTexts,
  ...campaignTexts,
  ...pledgeTexts,
  ...kioskTexts,
  ...offlineTexts,
  ...operatorTexts,
  ...deskTexts,
  ...booksTexts,
  ...staffTexts,
  ...tillTexts,
  ...phoneTexts,
  ...joinTexts,
} as const;
