/** Whether two written names mean one person: width and spaces are written differently from form to form. */
export function isSamePerson(a: string, b: string): boolean {
  return foldPerson(a) === foldPerson(b)
}

/** For comparing, never for showing. */
export function foldPerson(name: string): string {
  return name.normalize('NFKC').replaceAll(/\s/g, '').toLowerCase()
}
