// The time for the seats has run out: nothing was charged, choose again.

import { Blank, useTexts } from '@moding/ui';
import { useEffect } from 'react';
import { useNavigate } from 'react-router';

import { forgetHold } from '../visit';
import { Screen } from './Screen';

export function HoldOver({ screening }: { screening: number | null }) {
  const t = useTexts();
  const navigate = useNavigate();
  useEffect(() => {
    forgetHold();
  }, []);
  const again = screening === null ? '/screenings' : `/screenings/${screening}`;
  return (
    <Screen
      title={t('hold.over')}
      actions={
        <button
          type="button"
          className="button next"
          onClick={() => void navigate(again, { replace: true })}
        >
          {t('hold.choose_again')}
        </button>
      }
    >
      <div role="alert">
        <Blank title={t('hold.over')}>{t('hold.over_detail')}</Blank>
      </div>
    </Screen>
  );
}
