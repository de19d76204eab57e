// An address that leads nowhere.

import { Blank, useTexts } from '@moding/ui';
import { Link } from 'react-router';

import { Page } from '../parts/Page';

export function NotFoundPage() {
  const t = useTexts();
  return (
    <Page title={t('web.not_found')}>
      <Blank
        title={t('web.not_found')}
        action={
          <Link className="button quiet" to="/">
            {t('web.to_home')}
          </Link>
        }
      >
        {t('web.not_found_detail')}
      </Blank>
    </Page>
  );
}
