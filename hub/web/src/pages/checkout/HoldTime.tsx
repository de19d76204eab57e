// More time, as long as the server gives any.

import { asProblem, durationInWords, useAnnounce, useTexts, type HoldView } from '@moding/ui';
import { useState } from 'react';

import { useHub } from '../../hub';

interface HoldTimeProps {
  hold: HoldView;
  onHold: (hold: HoldView) => void;
}

export function HoldTime({ hold, onHold }: HoldTimeProps) {
  const hub = useHub();
  const t = useTexts();
  const announce = useAnnounce();
  const [asking, setAsking] = useState(false);
  const extend = (): void => {
    setAsking(true);
    hub
      .refreshHold(hold.hold)
      .then((longer) => {
        const time = durationInWords(longer.until - longer.now, t);
        announce(
          longer.until >= longer.until_max
            ? t('hold.extended_to_the_end', { time })
            : t('hold.extended', { time }),
        );
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
