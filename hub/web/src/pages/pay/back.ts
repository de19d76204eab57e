// What the payment window came back with, as the address of the success page says it. All of it
// comes from outside: the server compares every part.

export interface CameBack {
  payment_key: string;
  gateway_order: string;
  amount: number;
}

const KEY_LENGTH_MAX = 200;
const ORDER = /^[A-Za-z0-9_=-]{6,64}$/;

/** Null when the address says less than it must. */
export function cameBack(search: URLSearchParams): CameBack | null {
  const key = search.get('paymentKey') ?? '';
  const gatewayOrder = search.get('orderId') ?? '';
  const text = search.get('amount') ?? '';
  const amount = Number(text);
  const sound =
    key !== '' &&
    key.length <= KEY_LENGTH_MAX &&
    ORDER.test(gatewayOrder) &&
    /^\d{1,12}$/.test(text) &&
    Number.isSafeInteger(amount);
  return sound ? { payment_key: key, gateway_order: gatewayOrder, amount } : null;
}
