// Where the payment window comes back to when nothing was paid. The server is told by which
// code; the page of the order says it in our own words.

import { Loading, Skeleton, useTexts } from '@moding/ui';
import { useEffect } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';

import { useHub } from '../../hub';
import { Page } from '../../parts/Page';
import type { Arrival } from './arrival';
import { codeFrom } from './failure';

export function FailPage() {
  const hub = useHub();
  const t = useTexts();
  const navigate = useNavigate();
  const order = useParams()['order'] ?? '';
  const [search] = useSearchParams();
  const code = codeFrom(search.get('code'));
  useEffect(() => {
    let left = false;
    const goOn = (state: Arrival | null): void => {
      if (!left) {
        void navigate(`/pay/${order}`, { replace: true, state });
      }
    };
    hub
      .failOrder(order, code)
      .then(() => {
        goOn(null);
      })
      // The order can be paid again either way; only what is said of it is less.
      .catch(() => {
        goOn({ come: 'broken' });
      });
    return () => {
      left = true;
    };
  }, [hub, navigate, order, code]);
  return (
    <Page title={t('pay.title')}>
      <Loading>
        <Skeleton shape="title" />
        <Skeleton shape="row" count={3} />
      </Loading>
    </Page>
  );
}
