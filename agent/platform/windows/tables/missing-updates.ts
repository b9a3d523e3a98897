import { ComError } from '../win32/com.ts'
import { createDispatch, type Dispatch } from '../win32/dispatch.ts'
import type { TableRow } from './row.ts'

/** IUpdateSearcher::Search, "Remarks": software that is neither installed nor hidden. */
const criteria = "IsInstalled=0 and IsHidden=0 and Type='Software'"
const maxUpdates = 500
const maxListed = 50

/**
 * What the Windows Update Agent knows to be missing, and when it last asked its server: it is not asked anew, which would
 * take minutes and need a network. The first row tells of the search, the others of one update each.
 */
export function readMissingUpdates(): readonly TableRow[] {
  const session = createDispatch('Microsoft.Update.Session')
  session.put('ClientApplicationID', 'Tanmori')
  const searcher = session.object('CreateUpdateSearcher')
  searcher.put('Online', false)
  const result = searcher.object('Search', criteria)
  const updates = result.object('Updates')
  const rows = listItems(updates, maxUpdates).map(readUpdate)
  return [{ Kind: 'search', ResultCode: result.get('ResultCode'), Count: updates.get('Count'), ...readLast() }, ...rows]
}

/** IAutomaticUpdatesResults: days in UTC; nothing where it never happened. */
function readLast() {
  try {
    const results = createDispatch('Microsoft.Update.AutoUpdate').object('Results')
    return {
      LastSearchSuccess: results.get('LastSearchSuccessDate'),
      LastInstallationSuccess: results.get('LastInstallationSuccessDate'),
    }
  } catch (error) {
    if (error instanceof ComError) return { LastSearchSuccess: null, LastInstallationSuccess: null }
    throw error
  }
}

function readUpdate(update: Dispatch): TableRow {
  const identity = update.object('Identity')
  const row = {
    Kind: 'update',
    Title: update.get('Title'),
    UpdateId: identity.get('UpdateID'),
    Severity: update.get('MsrcSeverity'),
    Articles: listTexts(update.object('KBArticleIDs')),
    Categories: listItems(update.object('Categories'), maxListed).map(readCategory),
    PublishedAt: update.get('LastDeploymentChangeTime'),
    IsDownloaded: update.get('IsDownloaded'),
    NeedsReboot: update.get('RebootRequired'),
  }
  identity.release()
  update.release()
  return row
}

/** By its number: names are translated. */
function readCategory(category: Dispatch) {
  const id = category.get('CategoryID')
  category.release()
  return id
}

function listItems(collection: Dispatch, max: number): readonly Dispatch[] {
  const count = Math.min(Number(collection.get('Count')), max)
  return Array.from({ length: count }, (_none, index) => collection.object('Item', index))
}

function listTexts(collection: Dispatch): readonly unknown[] {
  const count = Math.min(Number(collection.get('Count')), maxListed)
  return Array.from({ length: count }, (_none, index) => collection.get('Item', index))
}
