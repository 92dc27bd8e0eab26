import Tensor

/// A worker's activations: reused by every batch and every step, grown to the largest seen.
final class RecurrentWorkspace {
  let input = FloatBuffer()  // (rows, E + F), what a layer reads
  let output = FloatBuffer()  // (rows, K), what a layer of the encoder gives
  let products = FloatBuffer()  // (rows, G·H) of the input
  let recurrent = FloatBuffer()  // (rows, G·H) of the state
  let hidden = FloatBuffer()  // (B, H) of one cell of the encoder
  let cell = FloatBuffer()  // (B, H)
  let finalHidden = FloatBuffer()  // (L, B, K), where the encoder's layers ended
  let finalCell = FloatBuffer()  // (L, B, K)
  let query = FloatBuffer()  // (rows, A)
  let scores = FloatBuffer()  // (S)
  let context = FloatBuffer()  // (rows, K)
  let joined = FloatBuffer()  // (rows, H + K)
  let readout = FloatBuffer()  // (rows, R)
  let linear = LinearScratch()
}
