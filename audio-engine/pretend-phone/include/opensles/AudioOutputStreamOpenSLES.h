#pragma once

#include "NoOpenSLES.h"

namespace oboe {

class AudioOutputStreamOpenSLES : public NoOpenSLES {
public:
    using NoOpenSLES::NoOpenSLES;
};

} // namespace oboe
