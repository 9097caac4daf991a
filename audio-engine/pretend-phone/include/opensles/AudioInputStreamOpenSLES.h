#pragma once

#include "NoOpenSLES.h"

namespace oboe {

class AudioInputStreamOpenSLES : public NoOpenSLES {
public:
    using NoOpenSLES::NoOpenSLES;
};

} // namespace oboe
