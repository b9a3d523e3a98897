/** What Windows runs when it is opened, by the ending of its name; libraries are run by programs, not by themselves. */
const programEndings =
  /\.(exe|com|scr|pif|cpl|bat|cmd|ps1|vbs|vbe|js|jse|wsf|wsh|hta|msi|msp|msix|msixbundle|appx|appxbundle|appref-ms|application|jar)$/i

export function isProgram(name: string): boolean {
  return programEndings.test(name)
}
