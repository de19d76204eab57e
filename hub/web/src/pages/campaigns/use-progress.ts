// A campaign with its numbers as they change.

import {
  useServerEvents,
  type CampaignProgress,
  type CampaignView,
  type StreamState,
} from '@moding/ui';
import { useState } from 'react';

export interface LiveCampaign {
  campaign: CampaignView;
  stream: StreamState;
  /** When the numbers were heard, by the reader's clock; none before the first. */
  heardAt: number | null;
}

interface Heard {
  progress: CampaignProgress;
  at: number;
}

export function useProgress(known: CampaignView, onMoved: () => void): LiveCampaign {
  const [heard, setHeard] = useState<Heard | null>(null);
  const stream = useServerEvents(
    `/api/campaigns/${known.campaign}/events`,
    'progress',
    (data) => {
      const progress = data as CampaignProgress;
      setHeard({ progress, at: Date.now() });
      if (progress.phase !== (heard?.progress.phase ?? known.phase)) {
        onMoved();
      }
    },
  );
  // What was read later than it was heard is newer.
  const newer = heard !== null && heard.progress.now >= known.now;
  const campaign = newer ? { ...known, ...heard.progress } : known;
  return { campaign, stream, heardAt: heard?.at ?? null };
}
