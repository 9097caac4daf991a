package androidx.core.content

import android.content.SharedPreferences

fun SharedPreferences.edit(commit: Boolean = false, action: SharedPreferences.Editor.() -> Unit) {}
