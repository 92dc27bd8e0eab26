// Steps of recurrent cells and their attention, each row alone, with PyTorch's equations and order of gates.
#pragma once
#include <stddef.h>

// In all three, x (rows, gates * n) holds the products of the input with every bias that adds up, y (rows, gates * n)
// those of the state before the step, without bias. h and c (rows, n) are overwritten.

// h = tanh(x + y)
void ck_rnn_step(const float *x, const float *y, float *h, ptrdiff_t rows, ptrdiff_t n);

// Gates r, z, candidate (Cho et al. 2014): h = (1 - z) * tanh(x + r * (y + bias (n))) + z * h.
void ck_gru_step(const float *x, const float *y, const float *bias, float *h, ptrdiff_t rows, ptrdiff_t n);

// Gates i, f, candidate, o (Hochreiter and Schmidhuber 1997): c = f * c + i * g, h = o * tanh(c).
void ck_lstm_step(const float *x, const float *y, float *h, float *c, ptrdiff_t rows, ptrdiff_t n);

// x (rows, n) = tanh(x + bias (n))
void ck_add_bias_tanh(float *x, const float *bias, ptrdiff_t rows, ptrdiff_t n);

// scores (length) = keys (length, n) . query (n)
void ck_dot_scores(const float *query, const float *keys, ptrdiff_t length, ptrdiff_t n, float *scores);

// scores (length): each is weights (n) . tanh(query (n) + key (n))  (Bahdanau et al. 2015)
void ck_additive_scores(const float *query, const float *keys, const float *weights, ptrdiff_t length, ptrdiff_t n,
                        float *scores);

// One step of a simple recurrent unit (Kim et al. 2019): candidate_gate (rows, 2n) holds x W and x Wf, gate_bias (n) is
// bf; cell (rows, n) becomes f * cell + (1 - f) * candidate with f = sigmoid(gate + bf); hidden (rows, n) = relu(cell).
void ck_simple_recurrence(const float *candidate_gate, const float *gate_bias, float *cell, float *hidden,
                          ptrdiff_t rows, ptrdiff_t n);
