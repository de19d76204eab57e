// One request to the server that this page came from, and its refusals as typed errors.

import type { Language } from '../i18n/language';
import { tellCopy } from '../live/copy';
import type { ErrorCode, ProblemDetails, SeatProblem, SuggestedSeat } from './types';

/** Longer than any answer that is still of use to a person who waits for it. */
const REQUEST_MS_MAX = 15_000;

/** `unreachable`: nobody answered, or the answer was not the API's. */
export type ProblemCode = ErrorCode | 'unreachable';

/** The server said no, or did not answer. Screens switch on the code, never on the text. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly seats: readonly SeatProblem[];
  /** Seats that could be had in place of those. */
  readonly suggestion: readonly SuggestedSeat[];

  constructor(
    code: ProblemCode,
    detail: string,
    seats: readonly SeatProblem[] = [],
    suggestion: readonly SuggestedSeat[] = [],
  ) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.seats = seats;
    this.suggestion = suggestion;
  }
}

/** Whatever was thrown, as a problem that a screen can explain. */
export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem('unreachable', String(error));
}

export interface Ask {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** What opens what is not for everybody. */
  secret?: string;
}

/** A path of the OpenAPI document with its parameters filled in: `/api/holds/{hold}`. */
type Filled<Path extends string> = Path extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${string}${Filled<After>}`
  : Path;
type Address<Paths> = Filled<keyof Paths & string> | `${Filled<keyof Paths & string>}?${string}`;

/** Asks for what the document has; an address that it does not have does not compile. */
export type Asker<Paths> = <T>(address: Address<Paths>, ask?: Ask) => Promise<T>;

export function asker<Paths>(language: Language): Asker<Paths> {
  return async <T>(path: string, ask: Ask = {}): Promise<T> => {
    const response = await send(path, ask, language);
    if (!response.ok) {
      throw await problemIn(response);
    }
    if (response.status === 204) {
      return undefined as T;
    }
    return (await response.json()) as T;
  };
}

async function send(path: string, ask: Ask, language: Language): Promise<Response> {
  const timeout = AbortSignal.timeout(REQUEST_MS_MAX);
  const headers: Record<string, string> = {
    accept: 'application/json',
    'accept-language': language,
  };
  const init: RequestInit = {
    method: ask.method ?? 'GET',
    headers,
    signal: ask.signal ? AbortSignal.any([ask.signal, timeout]) : timeout,
  };
  if (ask.secret !== undefined) {
    headers['authorization'] = `Bearer ${ask.secret}`;
  }
  if (ask.body !== undefined) {
    headers['content-type'] = 'application/json';
    init.body = JSON.stringify(ask.body);
  }
  try {
    const response = await fetch(path, init);
    tellCopy(response, init.method === 'GET' ? 'data' : 'look');
    return response;
  } catch (error) {
    if (ask.signal?.aborted === true) {
      throw error;
    }
    throw new Problem('unreachable', String(error));
  }
}

async function problemIn(response: Response): Promise<Problem> {
  try {
    const details = (await response.json()) as Partial<ProblemDetails>;
    if (details.code !== undefined) {
      const { code, detail, title, seats, suggestion } = details;
      return new Problem(code, detail ?? title ?? '', seats, suggestion);
    }
  } catch {
    // Not the API's answer: a proxy's page, say. The status alone tells nothing to a customer.
  }
  return new Problem('unreachable', `${String(response.status)} ${response.statusText}`);
}

/** A path with a query that leaves out what is not set. */
export function withQuery<Path extends string>(
  path: Path,
  query: Record<string, string | number | null | undefined>,
): Path | `${Path}?${string}` {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') {
      search.set(name, String(value));
    }
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}
