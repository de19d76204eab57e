// Orders that were opened in this browser within the last day, so that a tab that was closed in
// the middle of a payment is no reason to wonder. Only their addresses are kept, no names and
// no numbers, and whoever uses the browser can have them forgotten.

const KEY = 'moding.orders';
const DAY_MS = 86_400_000;
const ORDERS_MAX = 5;

export interface RecentOrder {
  order: string;
  at: number;
  /** What was ordered, such as a film's title. */
  name: string;
}

/** The latest first. */
export function recentOrders(now: number): readonly RecentOrder[] {
  return kept().filter(({ at }) => now - at < DAY_MS);
}

export function noteOrder(order: RecentOrder): void {
  const others = recentOrders(order.at).filter((each) => each.order !== order.order);
  keep([order, ...others].slice(0, ORDERS_MAX));
}

export function forgetOrders(): void {
  keep([]);
}

function kept(): readonly RecentOrder[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(list) ? list.filter(isOrder) : [];
  } catch {
    return [];
  }
}

function isOrder(item: unknown): item is RecentOrder {
  if (typeof item !== 'object' || item === null) {
    return false;
  }
  const { order, at, name } = item as Partial<Record<keyof RecentOrder, unknown>>;
  return typeof order === 'string' && typeof at === 'number' && typeof name === 'string';
}

function keep(orders: readonly RecentOrder[]): void {
  try {
    if (orders.length === 0) {
      localStorage.removeItem(KEY);
    } else {
      localStorage.setItem(KEY, JSON.stringify(orders));
    }
  } catch {
    // Storage may be full or forbidden; then the browser only lacks its memory.
  }
}
