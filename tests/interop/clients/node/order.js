// What a script is asked to send, as JSON in its one argument, and how it answers.
'use strict'
const fs = require('fs')

const order = JSON.parse(process.argv[2])

function tlsSettings() {
  const settings = { host: order.host, port: order.port }
  if (order.ca) settings.ca = fs.readFileSync(order.ca)
  if (order.cert) Object.assign(settings, { cert: fs.readFileSync(order.cert), key: fs.readFileSync(order.key) })
  return settings
}

function events() {
  return Array.from({ length: order.count }, (_, i) => {
    const n = order.first + i
    return { n, message: `event ${n}` }
  })
}

// answer prints how many events were acknowledged, and ends the script: both clients would connect again for ever.
function answer(acknowledged, error) {
  console.log(JSON.stringify({ acknowledged, error: error || '' }))
  process.exit(error ? 1 : 0)
}

module.exports = { order, tlsSettings, events, answer }
