import { hostname, userInfo } from 'node:os';

/** Who types: the name that was given, else the user of the operating system at this machine. */
export function actorName(given: string | undefined): string {
  const name = given?.trim() ?? '';
  return name === '' ? `${osUser()}@${hostname()}` : name;
}

/** In a container the number of a user may have no name. */
function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${String(process.getuid?.() ?? 'unknown')}`;
  }
}
