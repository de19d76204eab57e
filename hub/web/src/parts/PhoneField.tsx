// A mobile number: digits are grouped as they are typed.

import { useTexts } from '@moding/ui';
import { useId, type Ref } from 'react';

interface PhoneFieldProps {
  ref?: Ref<HTMLInputElement>;
  value: string;
  why?: string;
  wrong: string | null;
  onChange: (text: string) => void;
}

export function PhoneField({ ref, value, why, wrong, onChange }: PhoneFieldProps) {
  const t = useTexts();
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{t('checkout.phone')}</label>
      <input
        ref={ref}
        id={id}
        type="tel"
        inputMode="numeric"
        autoComplete="tel-national"
        placeholder="010-0000-0000"
        value={value}
        aria-invalid={wrong !== null}
        aria-describedby={`${id}note`}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
      <p id={`${id}note`} className={wrong === null ? 'why' : 'wrong'}>
        {wrong ?? why}
      </p>
    </div>
  );
}
