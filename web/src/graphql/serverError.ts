/** What a server that can't be reached is said to have answered. */
const AWAY = "The server doesn't answer. This page tries again by itself; nothing that you entered is lost.";
const GARBLED = "The server's answer can't be read; look at the server's log.";

/** The server's own words name a header, which a page's reader has nothing to do with. */
const TOKEN_WANTED = 'The server answers only who shows a token; give yours at the top of the page.';

/** An answer that is no answer, in a sentence that can be shown as it is. */
export class ServerError extends Error {
  /**
   * @param code the server's (BAD_USER_INPUT, OVERLOADED, ...), or AWAY when it did not answer
   * @param retryAfterMs what an overloaded server asks to wait for
   */
  constructor(
    readonly code: string,
    message: string,
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
  }

  static away(): ServerError {
    return new ServerError('AWAY', AWAY);
  }

  static garbled(): ServerError {
    return new ServerError('INTERNAL_SERVER_ERROR', GARBLED);
  }
}

/** The first of a GraphQL answer's errors. */
export interface AnswerError {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly retryAfterMs?: number; readonly requestId?: string };
}

export function serverErrorOf({ message, extensions = {} }: AnswerError): ServerError {
  const { code = 'INTERNAL_SERVER_ERROR', retryAfterMs = null, requestId } = extensions;
  if (code === 'UNAUTHENTICATED') return new ServerError(code, TOKEN_WANTED);
  return new ServerError(code, requestId === undefined ? message : `${message} (requestId ${requestId})`, retryAfterMs);
}
