// Sends over Lumberjack v1: one window size for the whole connection, and sequence numbers that only grow.
'use strict'
const lumberjack = require('lumberjack-protocol')
const { order, tlsSettings, events, answer } = require('./order')

let acknowledged = 0

const client = lumberjack.client(tlsSettings(), {
  windowSize: order.window,
  maxQueueSize: order.count + 1, // it drops what is beyond
})
client.on('dropped', (count) => answer(acknowledged, `the client dropped ${count} events`))
client.on('disconnect', (error) =>
  answer(acknowledged, error ? error.message : 'the server closed the connection'))
client.on('connect', () => {
  client._socket.on('ack', (sequence) => {
    acknowledged = sequence
    if (acknowledged === order.count) answer(acknowledged)
  })
})
setTimeout(() => answer(acknowledged, 'no acknowledgement in time'), order.timeout_s * 1000)

for (const event of events()) client.writeDataFrame(event)
