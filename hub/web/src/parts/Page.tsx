// One page: its title in the tab, and the focus on top after a change of page, so that a
// screen reader begins to read where the page begins.

import { useTexts } from '@moding/ui';
import { useEffect, type ReactNode } from 'react';

interface PageProps {
  title: string;
  /** Wide pages bring their own width. */
  width?: 'page' | 'full' | 'narrow';
  children: ReactNode;
}

export function Page({ title, width = 'page', children }: PageProps) {
  const t = useTexts();
  const brand = t('brand.name');
  useEffect(() => {
    document.title = title === '' ? brand : `${title} · ${brand}`;
  }, [title, brand]);
  return <div className={`page ${width}`}>{children}</div>;
}
