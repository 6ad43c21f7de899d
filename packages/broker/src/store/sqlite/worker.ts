import { parentPort, workerData } from 'node:worker_threads'
import { Connection } from './connection.ts'
import { faultOf } from './fault.ts'
import { type Answer, type Question, type WorkerSettings, writeRows } from './protocol.ts'

/** Serves one SQLite file from its own thread, so that an fsync never blocks the event loop. */
const port = parentPort
if (!port) throw new Error('This file is started as a worker thread.')

const connection = new Connection(workerData as WorkerSettings)

port.on('message', (question: Question) => {
  port.postMessage(answer(question))
  if (question.kind === 'close') port.close()
})

function answer(question: Question): Answer {
  const { id } = question
  try {
    switch (question.kind) {
      case 'read':
        return { id, kind: 'rows', rows: writeRows(connection.read(question.sql, question.params)) }
      case 'write':
        return { id, kind: 'results', results: connection.write(question.texts, question.units) }
      case 'close':
        connection.close()
        return { id, kind: 'closed' }
    }
  } catch (error) {
    return { id, kind: 'fault', fault: faultOf(error) }
  }
}
