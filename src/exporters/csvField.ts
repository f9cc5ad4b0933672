/** One field of a CSV line, quoted where it must be; null is an empty one. Spaces at its ends are kept by the quotes. */
export function csvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  return /[",]/.test(value) || value !== value.trim() ? `"${value.replaceAll('"', '""')}"` : value;
}
