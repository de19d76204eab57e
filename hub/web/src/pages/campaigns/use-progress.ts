// A campaign with its numbers as they change.

import {
  useLiveTopics,
  type CampaignProgress,
  type CampaignView,
  type StreamState,
  type ViewersChanged,
} from '@moding/ui';
import { useState } from 'react';

export interface LiveCampaign {
  campaign: CampaignView;
  stream: StreamState;
  /** When the numbers were heard, by the reader's clock; none before the first. */
  heardAt: number | null;
  /** How many look at this page now; none while nobody knows. */
  viewers: number | null;
}

interface Heard {
  progress: CampaignProgress;
  at: number;
}

export function useProgress(known: CampaignView, onMoved: () => void): LiveCampaign {
  const [heard, setHeard] = useState<Heard | null>(null);
  const [viewers, setViewers] = useState<number | null>(null);
  const stream = useLiveTopics([`campaign:${known.campaign}`], {
    progress: (data) => {
      const progress = data as CampaignProgress;
      setHeard({ progress, at: Date.now() });
      if (progress.phase !== (heard?.progress.phase ?? known.phase)) {
        onMoved();
      }
    },
    viewers: (data) => {
      setViewers((data as ViewersChanged).viewers);
    },
  });
  // What was read later than it was heard is newer.
  const newer = heard !== null && heard.progress.now >= known.now;
  const campaign = newer ? { ...known, ...heard.progress } : known;
  return {
    campaign,
    stream,
    heardAt: heard?.at ?? null,
    viewers: stream === 'lost' ? null : viewers,
  };
}
