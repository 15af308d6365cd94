// SPDX-License-Identifier: Apache-2.0
package import DiscreteEvents
package import Scenario

/// When and how a training job saves its state: `training-jobs.checkpoint`.
package struct TrainingCheckpointConfiguration: Configurable {
  package var every: SimDuration
  package var mode: CheckpointMode
  package var pause: SimDuration?
  package var size: ByteCount?
  package var bandwidth: ByteRate?
  package var copies: Int
  package var persistEvery: Int?

  package static let every = Knob<SimDuration>(
    required: "every", in: .milliseconds(1) ... .hours(10_000),
    help: "Training time between two saves, rounded to whole steps.")
  package static let mode = Knob<CheckpointMode>(
    "save", default: .blocking, help: "Whether training waits for the save, and where it goes.",
    source: "stated by the scenario")
  package static let pause = Knob<SimDuration?>(
    optional: "pause", in: .zero ... .hours(100),
    help: "Time for which a save halts training; absent: until the blob store has all of it.",
    source: "stated by the scenario; BLOOM-176B: 40 s for 2.3 TB from 384 processes")
  package static let size = Knob<ByteCount?>(
    optional: "size", in: ByteCount(bytes: 1)...ByteCount(bytes: 1 << 54),
    help: "Bytes of a checkpoint of the whole job.",
    source: "stated by the scenario; Llama 3: 1 MB to 4 GB for each GPU")
  package static let bandwidth = Knob<ByteRate?>(
    optional: "blob-store-bandwidth",
    help: "Rate at which the job's members together write to and read from the blob store.",
    source: "stated by the scenario; Llama 3: 2 TB/s sustained, 7 TB/s peak")
  package static let copies = Knob<Int>(
    "copies", default: 2, in: 1...64,
    help: "Members that hold each part of an in-memory save: as many lost at once lose it.",
    source: "Gemini (SOSP 2023): two machines hold each checkpoint shard")
  package static let persistEvery = Knob<Int?>(
    optional: "persist-every", in: 1...1_000_000,
    help: "In-memory saves of which one is also written to the blob store, in the background.",
    source: "stated by the scenario")

  package static let declaration = SectionDeclaration(
    "checkpoint", help: "When and how the job saves its state."
  ) {
    every
    mode
    pause
    size
    bandwidth
    copies
    persistEvery
  }

  package init(_ reader: inout SectionReader) {
    every = reader[Self.every]
    mode = reader[Self.mode]
    pause = reader[Self.pause]
    size = reader[Self.size]
    bandwidth = reader[Self.bandwidth]
    copies = reader[Self.copies]
    persistEvery = reader[Self.persistEvery]
    let isSized = size != nil && bandwidth != nil
    switch mode {
    case .blocking:
      if pause == nil, !isSized {
        reader.fail(
          nil, "a blocking save needs a 'pause', or a 'size' and a 'blob-store-bandwidth'")
      }
    case .asynchronous:
      if pause == nil || !isSized {
        reader.fail(
          nil, "an asynchronous save needs a 'pause', a 'size' and a 'blob-store-bandwidth'")
      }
    case .inMemory:
      if pause == nil { reader.fail(nil, "an in-memory save needs a 'pause'") }
      if persistEvery != nil, !isSized {
        reader.fail(
          Self.persistEvery, "a save to the blob store needs a 'size' and a 'blob-store-bandwidth'")
      }
    }
    if size != nil, bandwidth == nil {
      reader.fail(Self.size, "without a 'blob-store-bandwidth' the size of a save means nothing")
    }
  }

  /// Time in which the blob store takes or gives a whole checkpoint.
  var transferTime: SimDuration {
    guard let size, let bandwidth else { return .zero }
    return SimDuration(of: Int64(size.bytes), at: Int64(bandwidth.bytesPerSecond))
  }
}

/// Where a save goes and who waits for it.
package enum CheckpointMode: String, KnobChoice, CaseIterable, Codable, Sendable {
  /// Training waits until the save is in the blob store.
  case blocking
  /// Training waits for the copy to the host's memory; the rest goes on in the background.
  case asynchronous
  /// The save stays in the memory of other members.
  case inMemory = "in-memory"
}
