// Sends over Lumberjack v2, compressed. The client reads no acknowledgements, so this script does.
'use strict'
const LumberjackClient = require('lumberjack-client')
const { order, tlsSettings, events, answer } = require('./order')

const ACK_BYTES = 6

let acknowledged = 0
let unread = Buffer.alloc(0)

const client = new LumberjackClient(tlsSettings(), Boolean(order.ca))
client.socket.on('error', (error) => answer(acknowledged, error.message))
client.socket.on('close', () => answer(acknowledged, 'the server closed the connection'))
client.socket.on('data', (bytes) => {
  unread = Buffer.concat([unread, bytes])
  while (unread.length >= ACK_BYTES) {
    const kind = unread.toString('latin1', 0, 2)
    if (kind !== '2A') answer(acknowledged, `expected an acknowledgement, got ${JSON.stringify(kind)}`)
    acknowledged = unread.readUInt32BE(2)
    unread = unread.subarray(ACK_BYTES)
  }
  if (acknowledged === order.count) answer(acknowledged)
})
setTimeout(() => answer(acknowledged, 'no acknowledgement in time'), order.timeout_s * 1000)

// Before it is connected the client collects, so all events become one window.
for (const event of events()) client.log(event)
