// SPDX-License-Identifier: Apache-2.0

@preconcurrency import CGSL

/// The GNU Scientific Library behind Swift errors: every call into it passes through here.
///
/// Its functions use the C library's `log` and `exp`, so their last bits may differ between CPUs:
/// results are for analysis, after the event loop, and never feed an event time.
enum ScientificLibrary {
  /// GSL ends the process on a domain error unless its handler is off; evaluated once, before the
  /// first call.
  private static let handlerOff: Void = {
    gsl_set_error_handler_off()
  }()

  /// Runs a call that returns a status, and turns a bad status into an error.
  static func check(
    _ what: @autoclosure () -> String, _ call: () -> Int32
  ) throws(AnalysisError) {
    handlerOff
    let status = call()
    guard status == 0 else {
      throw .library(
        what: what(), status: Int(status), message: String(cString: gsl_strerror(status)))
    }
  }

  /// Runs a call that returns a number and reports failure as not-a-number or infinity.
  static func finite(
    _ what: @autoclosure () -> String, _ call: () -> Double
  ) throws(AnalysisError) -> Double {
    handlerOff
    let value = call()
    guard value.isFinite else {
      throw .library(what: what(), status: 1, message: "the result is \(value)")
    }
    return value
  }

  /// Runs a call whose result may be infinite, for arguments known to be in its domain.
  static func value(_ call: () -> Double) -> Double {
    handlerOff
    return call()
  }
}
