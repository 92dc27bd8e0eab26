import CKernels

/// The non-linearity of a feed-forward layer.
package enum Activation: String, Sendable {
  case relu
  /// x · sigmoid(x), also called SiLU (Elfwing et al. 2017).
  case swish
  /// x · Φ(x), by the error function (Hendrycks and Gimpel 2016).
  case gelu
  /// The tanh approximation of it from the same paper.
  case geluTanh
  /// The sigmoid approximation of it from the same paper, which is Marian's "gelu".
  case geluSigmoid

  var kernel: ck_activation {
    switch self {
    case .relu: CK_RELU
    case .swish: CK_SWISH
    case .gelu: CK_GELU
    case .geluTanh: CK_GELU_TANH
    case .geluSigmoid: CK_GELU_SIGMOID
    }
  }
}
