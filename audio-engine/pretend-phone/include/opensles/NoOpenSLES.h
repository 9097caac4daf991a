// Oboe's streams for phones older than Android 8.1, in their place: they never open. Ours asks
// for AAudio and never gets here.
#pragma once

#include "oboe/Oboe.h"

namespace oboe {

class NoOpenSLES : public AudioStream {
public:
    explicit NoOpenSLES(const AudioStreamBuilder &builder) : AudioStream(builder) {}

    Result open() override { return Result::ErrorUnimplemented; }
    Result requestStart() override { return Result::ErrorUnimplemented; }
    Result requestPause() override { return Result::ErrorUnimplemented; }
    Result requestFlush() override { return Result::ErrorUnimplemented; }
    Result requestStop() override { return Result::ErrorUnimplemented; }
    StreamState getState() override { return StreamState::Closed; }
    AudioApi getAudioApi() const override { return AudioApi::OpenSLES; }
    bool isXRunCountSupported() const override { return false; }
    void updateFramesWritten() override {}
    void updateFramesRead() override {}
    Result waitForStateChange(StreamState, StreamState *, int64_t) override {
        return Result::ErrorUnimplemented;
    }
};

} // namespace oboe
