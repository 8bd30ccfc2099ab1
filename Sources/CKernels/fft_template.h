// Fourier transforms of CK_LANES sequences side by side, by Stockham's method, which leaves its results in
// their order (Cochran et al., "What is the fast Fourier transform?", 1967). Needs lanes_t.

// One step of radix R: R parts of the sequence become R-point transforms, turned by w.
#define TURN(k, re, im)                                            \
  do {                                                             \
    float c = cosines[(k) * p * s], d = sines[(k) * p * s];        \
    to_re[s * (k)] = (re) * c - (im) * d;                          \
    to_im[s * (k)] = (re) * d + (im) * c;                          \
  } while (0)

static inline void radix_2(const lanes_t *re, const lanes_t *im, lanes_t *out_re, lanes_t *out_im,
                           ptrdiff_t m, ptrdiff_t s, const float *cosines, const float *sines) {
  for (ptrdiff_t p = 0; p < m; p++)
    for (ptrdiff_t q = 0; q < s; q++) {
      const lanes_t *x = re + q + s * p, *y = im + q + s * p;
      lanes_t *to_re = out_re + q + s * 2 * p, *to_im = out_im + q + s * 2 * p;
      lanes_t a = x[0], b = x[s * m], c_ = y[0], d_ = y[s * m];
      to_re[0] = a + b;
      to_im[0] = c_ + d_;
      TURN(1, a - b, c_ - d_);
    }
}

static inline void radix_3(const lanes_t *re, const lanes_t *im, lanes_t *out_re, lanes_t *out_im,
                           ptrdiff_t m, ptrdiff_t s, const float *cosines, const float *sines) {
  const float root = 0.86602540378443864676f;
  for (ptrdiff_t p = 0; p < m; p++)
    for (ptrdiff_t q = 0; q < s; q++) {
      const lanes_t *x = re + q + s * p, *y = im + q + s * p;
      lanes_t *to_re = out_re + q + s * 3 * p, *to_im = out_im + q + s * 3 * p;
      lanes_t sum_re = x[s * m] + x[2 * s * m], sum_im = y[s * m] + y[2 * s * m];
      lanes_t apart_re = root * (x[s * m] - x[2 * s * m]);
      lanes_t apart_im = root * (y[s * m] - y[2 * s * m]);
      lanes_t half_re = x[0] - 0.5f * sum_re, half_im = y[0] - 0.5f * sum_im;
      to_re[0] = x[0] + sum_re;
      to_im[0] = y[0] + sum_im;
      TURN(1, half_re + apart_im, half_im - apart_re);
      TURN(2, half_re - apart_im, half_im + apart_re);
    }
}

static inline void radix_4(const lanes_t *re, const lanes_t *im, lanes_t *out_re, lanes_t *out_im,
                           ptrdiff_t m, ptrdiff_t s, const float *cosines, const float *sines) {
  for (ptrdiff_t p = 0; p < m; p++)
    for (ptrdiff_t q = 0; q < s; q++) {
      const lanes_t *x = re + q + s * p, *y = im + q + s * p;
      lanes_t *to_re = out_re + q + s * 4 * p, *to_im = out_im + q + s * 4 * p;
      lanes_t a_re = x[0] + x[2 * s * m], a_im = y[0] + y[2 * s * m];
      lanes_t b_re = x[0] - x[2 * s * m], b_im = y[0] - y[2 * s * m];
      lanes_t c_re = x[s * m] + x[3 * s * m], c_im = y[s * m] + y[3 * s * m];
      lanes_t d_re = x[s * m] - x[3 * s * m], d_im = y[s * m] - y[3 * s * m];
      to_re[0] = a_re + c_re;
      to_im[0] = a_im + c_im;
      TURN(1, b_re + d_im, b_im - d_re);
      TURN(2, a_re - c_re, a_im - c_im);
      TURN(3, b_re - d_im, b_im + d_re);
    }
}

static inline void radix_5(const lanes_t *re, const lanes_t *im, lanes_t *out_re, lanes_t *out_im,
                           ptrdiff_t m, ptrdiff_t s, const float *cosines, const float *sines) {
  const float c1 = 0.30901699437494742410f, c2 = -0.80901699437494742410f;
  const float s1 = 0.95105651629515357212f, s2 = 0.58778525229247312917f;
  for (ptrdiff_t p = 0; p < m; p++)
    for (ptrdiff_t q = 0; q < s; q++) {
      const lanes_t *x = re + q + s * p, *y = im + q + s * p;
      lanes_t *to_re = out_re + q + s * 5 * p, *to_im = out_im + q + s * 5 * p;
      ptrdiff_t part = s * m;
      lanes_t a_re = x[part] + x[4 * part], a_im = y[part] + y[4 * part];
      lanes_t b_re = x[2 * part] + x[3 * part], b_im = y[2 * part] + y[3 * part];
      lanes_t e_re = x[part] - x[4 * part], e_im = y[part] - y[4 * part];
      lanes_t f_re = x[2 * part] - x[3 * part], f_im = y[2 * part] - y[3 * part];
      lanes_t g_re = x[0] + c1 * a_re + c2 * b_re, g_im = y[0] + c1 * a_im + c2 * b_im;
      lanes_t h_re = x[0] + c2 * a_re + c1 * b_re, h_im = y[0] + c2 * a_im + c1 * b_im;
      lanes_t u_re = s1 * e_re + s2 * f_re, u_im = s1 * e_im + s2 * f_im;
      lanes_t v_re = s2 * e_re - s1 * f_re, v_im = s2 * e_im - s1 * f_im;
      to_re[0] = x[0] + a_re + b_re;
      to_im[0] = y[0] + a_im + b_im;
      TURN(1, g_re + u_im, g_im - u_re);
      TURN(2, h_re + v_im, h_im - v_re);
      TURN(3, h_re - v_im, h_im + v_re);
      TURN(4, g_re - u_im, g_im + u_re);
    }
}

#undef TURN

// Transforms in place; `other_re` and `other_im` are scratch of the same length. Real and imaginary parts
// exchanged, it is the inverse, times the length.
static void transform(const ck_fft *fft, lanes_t *re, lanes_t *im, lanes_t *other_re,
                      lanes_t *other_im) {
  const float *cosines = fft->twiddles, *sines = cosines + fft->length;
  lanes_t *from_re = re, *from_im = im, *to_re = other_re, *to_im = other_im;
  ptrdiff_t left = fft->length, s = 1;
  for (int i = 0; i < fft->factor_count; i++) {
    int radix = fft->factors[i];
    ptrdiff_t m = left / radix;
    switch (radix) {
      case 2: radix_2(from_re, from_im, to_re, to_im, m, s, cosines, sines); break;
      case 3: radix_3(from_re, from_im, to_re, to_im, m, s, cosines, sines); break;
      case 4: radix_4(from_re, from_im, to_re, to_im, m, s, cosines, sines); break;
      default: radix_5(from_re, from_im, to_re, to_im, m, s, cosines, sines);
    }
    lanes_t *was_re = from_re, *was_im = from_im;
    from_re = to_re;
    from_im = to_im;
    to_re = was_re;
    to_im = was_im;
    left = m;
    s *= radix;
  }
  if (from_re != re) {
    memcpy(re, from_re, (size_t)fft->length * sizeof(lanes_t));
    memcpy(im, from_im, (size_t)fft->length * sizeof(lanes_t));
  }
}
