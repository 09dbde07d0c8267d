/** `idCardValidUntil` and `public_security` in English words. */
export function inWords(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replaceAll('_', ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A title that begins in lower case, as it stands at the head of a line. */
export function headed(title: string): string {
  return title.charAt(0).toUpperCase() + title.slice(1);
}
