import { TanmoriError } from '../../../../src/errors.ts'

/** A function of Windows that answers with an error of winerror.h. */
export class Win32Error extends TanmoriError {
  readonly win32Code: number

  constructor(what: string, code: number) {
    super('platform.failed', `${what}: Windows error ${code}`)
    this.win32Code = code
  }
}

export function checkWin32(code: number, what: string): void {
  if (code !== 0) throw new Win32Error(what, code)
}
