import type { Socket } from 'node:net'

/** `status` is for everybody at the terminal and only reads; `admin` is for its administrators. */
export type Door = 'status' | 'admin'

/** Where the agent is asked at this terminal, and who gets in: by the system's own permissions, never by asking. */
export type ControlDoors = Readonly<{
  address(door: Door): string
  /**
   * Before anything of the state is opened: two agents on one journal would write two histories. Held until `release`.
   * Throws `platform.failed` where another agent runs here.
   */
  claim(): Promise<void>
  release(): void
  /** Takes away what an agent that was killed left there. Throws where somebody else holds the address. */
  clear(door: Door): void
  /** Lets in whom the door is for and nobody else, and reads back that it is so. Throws where it is not. */
  protect(door: Door): Promise<void>
  /**
   * True: without its doors the agent does not start. False: it does, since somebody could else keep a terminal
   * unprotected by taking an address first; the doors are tried again, and a sensor says so.
   */
  isEssential: boolean
}>

export type ConnectDoor = (address: string) => Promise<Socket>
