// The campaigns of a film; nothing when there are none.

import { useResource, useTexts } from '@moding/ui';

import { useHub } from '../../hub';
import { CampaignCard } from '../../parts/CampaignCard';
import { Shelf } from '../../parts/Shelf';

export function MovieCampaigns({ movie }: { movie: number }) {
  const hub = useHub();
  const t = useTexts();
  const { resource } = useResource(`movie.campaigns.${movie}`, (signal) =>
    hub.campaigns({ movie, which: 'all', sort: 'newest' }, signal),
  );
  if (resource.state !== 'ready' || resource.value.total === 0) {
    return null;
  }
  return (
    <Shelf title={t('movie.campaigns')}>
      {resource.value.campaigns.map((campaign) => (
        <CampaignCard key={campaign.campaign} campaign={campaign} />
      ))}
    </Shelf>
  );
}
