// The end of a visit: seats go back, the display and the language go back, and the attract
// screen waits for the next person.

import { useLanguage } from '@moding/ui';
import { useCallback } from 'react';
import { useNavigate } from 'react-router';

import { useDisplay } from './display';
import { useKiosk } from './kiosk';
import { currentHold, forgetHold, forgetVisit } from './visit';

export function useEndVisit(): () => void {
  const { client } = useKiosk();
  const { reset } = useDisplay();
  const { setLanguage } = useLanguage();
  const navigate = useNavigate();
  return useCallback(() => {
    const hold = currentHold();
    if (hold !== null) {
      forgetHold();
      // If this fails the hold ends by itself a little later.
      client.releaseHold(hold).catch(() => undefined);
    }
    forgetVisit();
    reset();
    setLanguage('ko');
    void navigate('/', { replace: true });
  }, [client, reset, setLanguage, navigate]);
}
