import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { FILE_DESCRIPTOR_SET } from './gen/descriptors.js';

/** The part of proto-loader's PackageDefinition that `@grpc/reflection` reads: each file, in its own bytes. */
export interface ReflectionPackageDefinition {
  [name: string]: { format: 'Protocol Buffer 3 DescriptorProto'; type: object; fileDescriptorProtos: Buffer[] };
}

/** Every file of `proto/` as a serialised google.protobuf.FileDescriptorSet. */
export function fileDescriptorSet(): Uint8Array {
  return Buffer.from(FILE_DESCRIPTOR_SET, 'base64');
}

/** What `new ReflectionService(...)` of `@grpc/reflection` takes: all services and messages of `earshot.v1`. */
export function reflectionPackageDefinition(): ReflectionPackageDefinition {
  const { file } = fromBinary(FileDescriptorSetSchema, fileDescriptorSet());
  const fileDescriptorProtos = file.map((one) => Buffer.from(toBinary(FileDescriptorProtoSchema, one)));
  return { 'earshot.v1': { format: 'Protocol Buffer 3 DescriptorProto', type: {}, fileDescriptorProtos } };
}
