package androidx.activity;

import androidx.lifecycle.LifecycleOwner;

public final class OnBackPressedDispatcher {
    public native void addCallback(LifecycleOwner owner, OnBackPressedCallback onBackPressedCallback);
}
