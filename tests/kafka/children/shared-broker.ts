import { kafkaJars, kafkaMissing, startKafkaBroker } from '@earshot/log/kafka-broker';

/** `missing`: says what keeps a Kafka from running here. `address`: starts one and lives on until it is ended. */
if (process.argv[2] === 'missing') console.log(await whatIsMissing());
else {
  // Short sessions, for tests that wait for their end.
  const broker = await startKafkaBroker({ settings: { 'group.min.session.timeout.ms': 1_000 } });
  process.once('SIGTERM', () => void broker.stop().then(() => process.exit(0)));
  console.log(broker.address);
  setInterval(() => undefined, 1_000);
}

/** Maven may be there and its repository out of reach: that, too, is a Kafka that is missing. */
async function whatIsMissing(): Promise<string> {
  const why = kafkaMissing();
  if (why !== undefined) return why;
  return kafkaJars().then(
    () => '',
    () => 'Kafka jars could not be fetched by Maven',
  );
}
