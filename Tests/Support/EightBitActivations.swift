import Models
import Tensor
import Testing

/// Runs a test only where kernels quantise activations to 8 bits, as the expected values were computed.
package let eightBitActivations = ConditionTrait.enabled(
  if: InstructionSet.current.activationBits == 8, "this processor's kernels quantise activations to 7 bits")

extension Precision {
  /// The precisions whose expected values hold on this processor: without 8 bits if its kernels quantise activations to 7
  /// bits.
  package static var comparable: [Precision] {
    allCases.filter { $0 != .int8 || InstructionSet.current.activationBits == 8 }
  }
}
