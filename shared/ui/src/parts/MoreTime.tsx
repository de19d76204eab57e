// More time for a hold, as long as the server gives any.

import { useState } from 'react';

import type { SellingClient } from '../api/client';
import { asProblem } from '../api/request';
import type { HoldView } from '../api/types';
import { durationInWords } from '../format/clock';
import { useTexts } from '../i18n/use-language';
import { useAnnounce } from './Announcer';

interface MoreTimeProps {
  client: SellingClient;
  hold: HoldView;
  onHold: (hold: HoldView) => void;
}

export function MoreTime({ client, hold, onHold }: MoreTimeProps) {
  const t = useTexts();
  const announce = useAnnounce();
  const [asking, setAsking] = useState(false);
  const extend = (): void => {
    setAsking(true);
    client
      .refreshHold(hold.hold)
      .then((longer) => {
        const time = durationInWords(longer.until - longer.now, t);
        const last = longer.until >= longer.until_max;
        announce(last ? t('hold.extended_to_the_end', { time }) : t('hold.extended', { time }));
        onHold(longer);
      })
      .catch((error: unknown) => {
        announce(t(`problem.${asProblem(error).code}`), 'assertive');
      })
      .finally(() => {
        setAsking(false);
      });
  };
  return hold.until >= hold.until_max ? null : (
    <button type="button" className="button quiet" disabled={asking} onClick={extend}>
      {t('hold.extend')}
    </button>
  );
}
