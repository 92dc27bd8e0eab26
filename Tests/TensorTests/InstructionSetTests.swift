import CKernels
import Tensor
import Testing

struct InstructionSetTests {
  @Test func namesAreThoseThatTheEnvironmentTakes() throws {
    for set in InstructionSet.allCases {
      let name = try #require(ck_instruction_set_name(Int32(set.kernels.rawValue)))
      #expect(String(cString: name) == set.rawValue)
    }
    #expect(ck_instruction_set_name(Int32(InstructionSet.allCases.count)) == nil)
  }

  @Test func everyProcessorHasTheFirstSet() {
    #expect(InstructionSet.available.first == .portable)
    #expect(InstructionSet.available.contains(.current))
  }
}
