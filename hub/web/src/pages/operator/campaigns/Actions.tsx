// What an operator can do with a campaign in its state.

import { useTexts, type CampaignFile, type Phase } from '@moding/ui';

import { Confirm } from '../Confirm';
import { useConsole } from '../session';
import { OfferForm } from './OfferForm';
import operator from '../operator.module.css';

interface ActionsProps {
  file: CampaignFile;
  onChange: (file: CampaignFile) => void;
}

export function Actions({ file, onChange }: ActionsProps) {
  const api = useConsole();
  const t = useTexts();
  const { phase, campaign } = file.campaign;
  const carryOut = async (step: Promise<CampaignFile>): Promise<void> => {
    onChange(await step);
  };
  return (
    <>
      {phase === 'requested' || phase === 'offered' ? (
        <OfferForm file={file} onChange={onChange} />
      ) : null}
      <div className={operator.orders}>
        {phase === 'offered' ? (
          <Confirm
            action={t('desk.approve')}
            weight="next"
            title={t('desk.approve_ask')}
            note="welcome"
            onYes={(note) => carryOut(api.approveCampaign(campaign, note))}
          >
            {t('desk.approve_detail')}
          </Confirm>
        ) : null}
        {mayBeCalledOff(phase) ? (
          <Confirm
            action={t('desk.cancel')}
            weight="quiet"
            title={t('desk.cancel_ask')}
            note="needed"
            onYes={(note) => carryOut(api.cancelCampaign(campaign, note))}
          >
            {t('desk.cancel_detail')}
          </Confirm>
        ) : null}
      </div>
    </>
  );
}

/** At any time before it was screened (C1). */
function mayBeCalledOff(phase: Phase): boolean {
  switch (phase) {
    case 'requested':
    case 'offered':
    case 'scheduled':
    case 'open':
    case 'tallying':
    case 'succeeded':
    case 'booking':
      return true;
    case 'screened':
    case 'settled':
    case 'failed':
    case 'cancelled':
    case 'refunded':
      return false;
  }
}
