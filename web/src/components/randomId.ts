/** Some letters and digits that nobody else has. (`crypto.randomUUID` is kept from pages that come without TLS.) */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join('');
}
