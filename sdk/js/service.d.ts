// The types of @passgate/sdk/service: for services, in Node 20 and newer and wherever else there is `fetch`. A guide is in
// docs/services.md.
import type { KeySet, Remedy, Verdict } from './index.js';

/** What the portal refuses with; more may come. `UNAVAILABLE`: nobody answered for `retrySeconds`. */
export type ServiceCode =
  | 'NOT_FOUND'
  | 'SIGN_IN_REQUIRED'
  | 'FORBIDDEN'
  | 'INVALID_INPUT'
  | 'FEATURE_MISSING'
  | 'USES_EXHAUSTED'
  | 'SEATS_EXHAUSTED'
  | 'LEASE_EXPIRED'
  | 'LEASE_RETURNED'
  | 'SUSPENDED'
  | 'REVOKED'
  | 'NOT_YET_VALID'
  | 'TERM_ENDED'
  | 'RATE_LIMITED'
  | 'UNAVAILABLE'
  | (string & {});

/** A refusal by the portal, or that nobody answered. `message` is `detail`: a sentence for a person. */
export declare class PassgateError extends Error {
  private constructor();
  readonly name: 'PassgateError';
  readonly code: ServiceCode;
  readonly detail: string;
  /** What would help, where something does. */
  readonly remedy?: Remedy;
  /** The HTTP status; absent when nobody answered. */
  readonly status?: number;
  /** Names the request in the portal's logs. */
  readonly requestId?: string;
  /** When it may be tried again, in UTC (RFC 3339), where time alone helps. */
  readonly opensAt?: string;
  /** Who holds the seats that are wanted, at most 25. */
  readonly holders: readonly string[];
  /** The members that are wrong. */
  readonly fields: readonly { readonly field: string; readonly detail: string }[];
}

export interface ServiceOptions {
  /** The portal's address: `https://licenses.example.com`. */
  url: string;
  /** An API token of the vendor: `leases:write` to check out, `introspect` to introspect. */
  token: string;
  /** How long a request is sent again while nobody answers it, 30 seconds if absent. */
  retrySeconds?: number;
  /** Another `fetch`, such as one that goes through a proxy. */
  fetch?: typeof fetch;
}

export interface CheckOutOptions {
  /** The license identifier that the user handed over: `lid_…`. */
  identifier: string;
  /** What for; absent: the license as such. */
  feature?: string;
  /** Uses to debit in advance; see docs/services.md for what is usual. */
  count?: number;
  /**
   * For how long, 60 seconds if absent; extended by itself when half of it is over. A lease that is lost is noticed then, so
   * shorter is sooner.
   */
  ttlSeconds?: number;
  /** Who works with it: whoever finds every seat taken is told. 1 to 100 characters. */
  holder: string;
  /** How long to wait for a seat, in the order of those who came; not at all if absent. */
  waitSeconds?: number;
  /** Ends the waiting: the promise rejects with its reason, and a lease that comes all the same is returned. */
  signal?: AbortSignal;
}

/** What a lease came to. */
export interface LeaseOutcome {
  readonly state: 'returned' | 'expired' | 'ended';
  readonly spent: number;
  readonly returned: number;
}

/** A license that is checked out. It is extended until it is given back or lost, and keeps no process alive for that. */
export declare class Lease implements AsyncDisposable {
  private constructor();
  readonly id: string;
  readonly feature?: string;
  readonly holder: string;
  /** The signed lease, for whoever is to verify it; of the check-out or the last extension. */
  readonly token: string;
  /** Uses that were debited with it. */
  readonly count: number;
  /** Uses left beside it; `null` without a limit, or where nothing is counted. */
  readonly left: number | null;
  /** Seats of the license that were free. */
  readonly seatsLeft: number;
  /** Until when it stands by the portal's clock, in UTC (RFC 3339). */
  readonly expiresAt: string;
  /**
   * Aborts when the lease is lost: the work must stop. Its reason is a `PassgateError`: `SUSPENDED`, `REVOKED`, `TERM_ENDED`,
   * `LEASE_RETURNED` or `LEASE_EXPIRED`; `UNAVAILABLE` when the portal was out of reach until the lease's end; `SIGN_IN_REQUIRED`
   * or `FORBIDDEN` when the service's token is good no more.
   */
  readonly signal: AbortSignal;
  /**
   * Notes `count` uses as spent (one if absent). From the first call on, what is not spent comes back with the lease; without
   * any call all of it counts as spent. Throws a `RangeError` for more than the lease has.
   */
  spent(count?: number): void;
  /** Returns the lease. Repeated, it resolves to the same; after a failure it may be tried again. */
  giveBack(options?: { unspent?: number }): Promise<LeaseOutcome>;
  /** As `giveBack()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What RFC 7662 and the portal say of a token; members are as on the wire. Of what is not good, only that. */
export type Introspection =
  | { readonly active: false }
  | {
      readonly active: true;
      readonly kind: 'pass' | 'lease' | 'identifier';
      readonly token_type?: string;
      readonly iss?: string;
      readonly aud?: string;
      readonly sub?: string;
      readonly jti?: string;
      readonly iat?: number;
      readonly nbf?: number;
      readonly exp?: number;
      readonly cnf?: { readonly jkt: string };
      readonly license_id?: string;
      readonly [member: string]: unknown;
    };

export interface VerifyLeaseOptions {
  /** `{portal}/v/{vendor}`. */
  issuer: string;
  /** `{vendor}/{product}`. */
  audience: string;
  /** The issuer's keys; fetched from the issuer, and kept for five minutes, if absent. */
  keys?: KeySet;
  /** Seconds since the Unix epoch; the present time if absent. */
  now?: number;
}

/** The claims of a lease: docs/token-format.md. */
export interface LeaseClaims {
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  readonly lic: { readonly id: string };
  readonly lease: string;
  readonly holder: string;
  readonly feature?: string;
  readonly count: number;
}

/** `claims` are there when it approves. */
export type LeaseVerdict = Verdict & { readonly claims?: LeaseClaims };

/** Judges a lease without the portal: that it stood when it was signed, and is not over. Throws where keys cannot be had. */
export declare function verifyLease(lease: string, options: VerifyLeaseOptions): Promise<LeaseVerdict>;

/** A service's door to a portal. */
export declare class PassgateService {
  /** Throws a `TypeError` for an address or a token of another form. */
  constructor(options: ServiceOptions);
  /** Checks a license out. Rejects with a `PassgateError`, or with the reason of `signal`. */
  checkOut(options: CheckOutOptions): Promise<Lease>;
  /** Asks what a pass, a lease or an identifier is worth (RFC 7662); the API token needs the scope `introspect`. */
  introspect(token: string, options?: { hint?: string }): Promise<Introspection>;
  /** As the function of that name. */
  verifyLease(lease: string, options: VerifyLeaseOptions): Promise<LeaseVerdict>;
}
